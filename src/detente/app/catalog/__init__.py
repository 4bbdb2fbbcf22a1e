"""What ships and what people write: doctrines and situations, listed, told, checked and copied, for a terminal."""
