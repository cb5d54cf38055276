"""The pieces that screens are built of. A part gets a parameter only when two screens need it."""
