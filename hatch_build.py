"""Build hook of the wheel: each contract, joined and validated, in a form that loads fast.

An installed server needs neither YAML parsing nor validation at its start, and no writable folder.
"""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ContractBuildHook(BuildHookInterface):
    """Adds ``mockvoice/openapi/<name>/joined.json`` for every contract of ``openapi/``."""

    @property
    def _folder(self) -> Path:
        return Path(self.directory) / ".contracts"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Join, validate and write the contracts; an editable installation reads the sources."""
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root / "mock_server/mockvoice/web"))
        try:
            import contract_files
        finally:
            sys.path.pop(0)
        from openapi_spec_validator import validate

        for contract in sorted(root.glob("openapi/*/openapi.yaml")):
            name = contract.parent.name
            document = contract_files.ContractFiles(contract.parent).joined()
            validate(document)
            target = self._folder / name / contract_files.JOINED
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
            build_data["force_include"][str(target)] = (
                f"mockvoice/openapi/{name}/{contract_files.JOINED}"
            )

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the temporary files."""
        shutil.rmtree(self._folder, ignore_errors=True)
