"""What exists: one world in one month, the moves in it, and the contracts that everything else keeps."""
