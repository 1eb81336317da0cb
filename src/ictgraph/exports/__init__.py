"""The graph in the forms that other tools of the field read; see ``docs/exports.md``."""
