"""What an employee sees."""
