"""
Takes the server out of the installed PyPI package `milvus`: the program and its libraries unpacked, the configuration
with its defaults filled in. The package's own launcher does this at every start, and leaves the server behind when it
is told to end.

    python unpack-milvus.py FOLDER
"""
import importlib.util
import lzma
import pathlib
import re
import shutil
import sys

target = pathlib.Path(sys.argv[1])
data = pathlib.Path(importlib.util.find_spec("milvus").origin).parent / "data"
for folder in ("bin", "configs"):
    (target / folder).mkdir()
for packed in (data / "bin").glob("*.lzma"):
    unpacked = target / "bin" / packed.stem
    with lzma.open(packed) as source, open(unpacked, "wb") as sink:
        shutil.copyfileobj(source, sink)
    unpacked.chmod(0o755)

# `{{ proxy_port(int): 19530 }}` becomes `19530`, and a name without a default becomes nothing.
template = (data / "config.yaml.template").read_text()
filled = re.sub(r"\{\{[^:}]*(?::([^}]*))?\}\}", lambda match: (match.group(1) or "").strip(), template)
(target / "configs" / "milvus.yaml").write_text(filled)
shutil.copy(data / "glog.conf", target / "configs")
