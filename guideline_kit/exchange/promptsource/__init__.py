"""A tree of PromptSource's `templates.yaml` files <-> prompts of a catalog, without a loss.

What the catalog has a field for stands there and nowhere else, so that an edit of it is what an
export hands on: the text in `template`, the answer choices in `output.choices`, the languages in
`languages`. The rest is kept in `x-promptsource`.
"""
