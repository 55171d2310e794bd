"""How Sphinx builds these pages: ``sphinx-build -W docs docs/_build``, without the network."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

import sknn

project = "sknn"
copyright = "the authors of sknn"
version = release = sknn.__version__

extensions = [
    "sphinx.ext.autodoc",
    "numpydoc",
    "myst_parser",
    "sphinx_copybutton",
    "sphinx_gallery.gen_gallery",
    "mathml",
    "docstrings",
    "api_pages",
    "parts_tables",
]
exclude_patterns = ["_build", "examples", "**/GALLERY_HEADER.rst"]
default_role = "literal"
highlight_language = "none"  # drawings in text; code says what it is
# doctest needs an empty line before the end of a block, which readers do not need to see
highlight_options = {"pycon": {"stripnl": True}}

# -- text ---------------------------------------------------------------------------------------
myst_enable_extensions = ["dollarmath", "deflist", "colon_fence"]
myst_heading_anchors = 3
html_math_renderer = "mathml"

# -- reference ----------------------------------------------------------------------------------
autodoc_member_order = "bysource"
autodoc_inherit_docstrings = False  # what a method of a part does is told once, by its base
autodoc_typehints = "none"
toc_object_entries_show_parents = "hide"
numpydoc_show_class_members = False

# -- gallery ------------------------------------------------------------------------------------
sphinx_gallery_conf = {
    "examples_dirs": "examples",
    "gallery_dirs": "gallery",
    "filename_pattern": "plot_",
    "within_subsection_order": "FileNameSortKey",
    "reset_modules": ("matplotlib", "figure_style.use"),
    "reset_modules_order": "before",
    "image_srcset": ["2x"],
    "download_all_examples": False,
    "show_memory": False,
    "write_computation_times": False,
    "min_reported_time": 10,
    "remove_config_comments": True,
    "abort_on_example_error": True,
    "show_signature": False,
}
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

# -- looks --------------------------------------------------------------------------------------
html_theme = "pydata_sphinx_theme"
html_title = f"sknn {release}"
html_static_path = ["_static"]
html_css_files = ["sknn.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "navbar_align": "left",
    "navbar_end": ["theme-switcher"],
    "navigation_with_keys": False,
    "show_prev_next": True,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "show_toc_level": 2,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_sidebars = {"index": [], "parts": [], "changelog": []}
