"""How actors decide, from what they see, want and remember. They import no mechanism and not each other."""
