"""Several packages in one repository.

- packages: which there are, which is meant, and a workplace for each
- sharing: what is found out once for all of them
- subdirectory: a project below the top of its repository
"""
