"""Reports as Markdown, made from one frozen snapshot."""
