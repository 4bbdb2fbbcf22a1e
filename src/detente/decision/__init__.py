"""What outcomes say about policies: summaries and paired comparisons. Nothing here runs the model."""
