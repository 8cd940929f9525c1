"""What a credential looks like, by its structure, so that a false alarm is rare; where to look is for others to say.

- rules: the table of what is looked for
- signs: how each is told from what merely resembles it
- index_tokens: the token of an index that is broken into pieces, or encoded
- key_files: files that hold credentials by what they are called
- matcher: bytes in, leaks out
"""
