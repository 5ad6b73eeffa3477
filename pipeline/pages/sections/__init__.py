"""One module and one template for each section of a dataset's page."""
