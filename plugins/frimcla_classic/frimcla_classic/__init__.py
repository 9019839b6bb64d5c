"""Classic image features for FrimCla: colour, texture and shape."""
