"""The page that films are judged on: made, and what was decided there carried out."""
