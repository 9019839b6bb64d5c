"""What leads a person from images to a study by clicking: shared by forms and pages of plugins."""
