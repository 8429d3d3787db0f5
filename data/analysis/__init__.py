"""The lenses: pure functions from frame to frame, one file each."""
