"""Pictures made in Python: titles, MoviePy effects and the bridge to MoviePy, and the contact sheet."""
