"""Values and the questions asked of the world; standard library and packaging only, no input or output.

- version: tag ⇄ version, what SemVer spellings turn into, the next versions, lines of release
- tagging: how a project spells its tags, told from the tags it has
- project: a project as its own files describe it
- changelog: headings and sections, in Markdown and reStructuredText
- artifact: distributions, the manifest beside them, comparison with what an index serves
- distribution: one built file, opened
- core_metadata: what METADATA and PKG-INFO say, read whatever they say
- index_rules: what the public index takes, as tables
- credential: a secret with one door
- listeners: who is told of secrets and of notes
- endpoints: where the public indexes live; the only module that names them
- config: what a project decided
- finding: what a check found, and the report
- plan: steps, and an order that cannot go from far to near
- facts: the ports, and what the checks may ask
- overview: what `show` and `status` tell
- receipt: the proof that is left behind
"""
