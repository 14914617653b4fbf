"""Builds the package: setuptools, after `sluice_client/_generated` was made from openapi/openapi.yaml where it is older."""

import subprocess
from pathlib import Path

from setuptools import build_meta

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def _generate():
    script = ROOT / "scripts" / "clients"
    if not script.exists():
        if not (HERE / "src" / "sluice_client" / "_generated").exists():
            raise SystemExit("sluice-client is built from a checkout of Sluice, which has scripts/clients")
        return
    subprocess.run([str(script), "generate", "python"], check=True)


def build_wheel(*arguments, **options):
    _generate()
    return build_meta.build_wheel(*arguments, **options)


def build_editable(*arguments, **options):
    _generate()
    return build_meta.build_editable(*arguments, **options)


def build_sdist(*arguments, **options):
    _generate()
    return build_meta.build_sdist(*arguments, **options)


get_requires_for_build_wheel = build_meta.get_requires_for_build_wheel
get_requires_for_build_editable = build_meta.get_requires_for_build_editable
get_requires_for_build_sdist = build_meta.get_requires_for_build_sdist
prepare_metadata_for_build_wheel = build_meta.prepare_metadata_for_build_wheel
prepare_metadata_for_build_editable = build_meta.prepare_metadata_for_build_editable
