"""What the person wrote, apart from what they quoted: lines in, lines out."""
