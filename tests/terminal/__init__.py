"""The petworks command in a real pseudo-terminal, as a person sees it."""
