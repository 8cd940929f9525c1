"""Built files, opened and read without being unpacked, whoever made them; and our own sdist, unpacked.

- opening: `open_distribution`, by the file's name
- reading: what every kind of archive is read into, and the words for what is broken
- limits: how much of everything an archive may cost
- names: which names can be read one way only
- zip_directory, zip_reader: a wheel, by its list of contents and by what stands in the file
- gzip_stream, tar_headers, tar_reader: an sdist
- unpacking: `unpack_sdist`, for what we built ourselves
"""

from tagship.adapters.archives.opening import open_distribution as open_distribution
from tagship.adapters.archives.reading import Inspect as Inspect
from tagship.adapters.archives.unpacking import unpack_sdist as unpack_sdist
