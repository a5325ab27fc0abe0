"""Acts done on paper, recorded by the Office and compared by a second person."""
