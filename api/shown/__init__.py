"""Rows as the API shows them: mappings that the schemas dump, made for a page at a time.

Each module asks for the relations of all its rows at once; none of them decides who sees what.
"""
