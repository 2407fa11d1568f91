"""What several images share. No image lives here."""
