"""One module and one template for each part of the page of the whole study."""
