"""Values and the questions asked of the world; standard library and packaging only, no input or output.

- version: tag ⇄ version, what SemVer spellings turn into, the next versions, lines of release
- tagging: how a project spells its tags, told from the tags it has
- project: a project as its own files describe it; names: how it may be called
- changelog: headings and sections, in Markdown and reStructuredText; read, and edited in the project's own style
- artifact: distributions, the manifest beside them, comparison with what an index serves
- distribution: one built file, opened
- core_metadata: what METADATA and PKG-INFO say, read whatever they say
- index_rules: what the public index takes, as tables
- credential: a secret with one door
- listeners: who is told of secrets and of notes
- endpoints: where the public indexes live; the only module that names them
- macaroon, caveat: what an index's token is made of, and what it allows
- config: what a project decided
- finding: what a check found, and the report
- plan: steps, and an order that cannot go from far to near
- facts: the ports, and what the checks may ask of a tag and of a credential; built: of files; branch: of a branch
- guarding: how a commit came to main
- shipping: whether what a branch changes reaches users
- bump: which version comes next
- change, proposal: changed files and a prepared release, as data
- packages, workspace: several packages of one repository, and what is told of them at once
- runs: the code host's runs of a workflow
- deadline: how much of a release is up, and how long an index takes more of it
- trial: what came of a rehearsal in which something was broken
- adoption, managed, setup: a project to adopt, blocks of generated text in files of the user's, and what it comes to
- overview: what `show` and `status` tell
- receipt: the proof that is left behind
"""
