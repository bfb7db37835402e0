"""What the scripts that compare adaptations share: runs of `martlet adapt`, whose results are kept in a file so that a script that
was stopped goes on where it was."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path


class Runs:
    """Runs of martlet, each made once; results by command in a JSON file."""

    def __init__(self, martlet, results):
        self.martlet = martlet
        self.path = Path(results)
        self.results = json.loads(self.path.read_text()) if self.path.exists() else {}

    def adapt(self, options):
        """The JSON document of `martlet adapt` with these options."""
        key = " ".join(options)
        if key not in self.results:
            folder = tempfile.mkdtemp()
            command = [self.martlet, "adapt", *options, "--output", f"{folder}/run", "--json", "--quiet"]
            result = subprocess.run(command, capture_output=True, text=True)
            shutil.rmtree(folder)
            self.results[key] = json.loads(result.stdout) if result.returncode == 0 else {"error": result.stderr.strip()}
            self.path.write_text(json.dumps(self.results, indent=1))
        return self.results[key]
