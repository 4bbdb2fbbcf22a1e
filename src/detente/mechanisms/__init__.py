"""How the world moves: one file, one mechanism. They never import each other."""
