"""The commands behind the command line: each calls the layers below and prints what they return."""
