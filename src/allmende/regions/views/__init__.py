"""What every page of a region rests on: its look, its language, its map, its texts."""
