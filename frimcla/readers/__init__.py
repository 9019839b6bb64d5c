"""What turns image files into pixels: formats told by content, ordinary files by Pillow."""
