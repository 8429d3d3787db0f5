"""What each command takes: parsing alone, nothing heavy is imported before a command runs."""
