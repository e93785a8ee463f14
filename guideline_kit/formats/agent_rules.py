"""Rules of other agents: Cline, Roo Code, Kiro, Amazon Q, Continue, Junie, Warp and goose.

All are Markdown or text, some with a few fields that say when a rule counts.
"""

from __future__ import annotations

from guideline_kit.formats.markdown import reader

read = reader("agent-rules", fields="loose")
