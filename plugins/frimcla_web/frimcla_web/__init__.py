"""Web pages: a trained model to be tried, and the way from a folder to a model."""
