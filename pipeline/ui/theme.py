"""How our own markup looks; Streamlit's widgets get their colours from .streamlit/config.toml.

Every text and background pair has a contrast of at least 4.5 (WCAG 2.2, 1.4.3).
"""

from __future__ import annotations

CSS = """
.stMainBlockContainer { padding: 2.2rem 2.5rem 3rem; max-width: 1560px; }
[data-testid="stSidebarContent"] { padding-top: .5rem; }
.s2m { color: #14211f; line-height: 1.5; overflow-wrap: anywhere; }
.s2m p { margin: 0 0 .6rem; }
.s2m h1 { font-size: 1.7rem; line-height: 1.25; margin: 0; padding: 0; font-weight: 650; }
.s2m h2 { font-size: 1.12rem; line-height: 1.3; margin: .3rem 0 .5rem; padding: 0; font-weight: 650; }
.s2m h3 { font-size: 1rem; line-height: 1.35; margin: 0 0 .25rem; padding: 0; font-weight: 650; }
.s2m small { font-size: .85em; color: #47565a; display: block; }
.s2m ul, .s2m ol { margin: 0 0 .6rem; padding-left: 1.4rem; }
.s2m li { margin: .15rem 0; }
.s2m pre { white-space: pre-wrap; background: #f3f6f7; padding: .6rem .8rem; border-radius: .3rem; font-size: .85rem; }
.s2m-brand { font-weight: 700; font-size: 1.15rem; color: #0b5c6e; letter-spacing: -.01em; }
.s2m-where { color: #47565a; font-size: .92rem; }
.s2m-kicker { color: #47565a; font-size: .86rem; display: flex; gap: .5rem; align-items: center; flex-wrap: wrap;
  margin: 0 0 .35rem; }
.s2m-lead { font-size: 1.14rem; line-height: 1.45; margin: .2rem 0 .9rem !important; }
.s2m-heading { margin: .8rem 0 .3rem !important; }
.s2m-prose { max-width: 46rem; }
.s2m-prose table { border-collapse: collapse; margin: 0 0 .6rem; }
.s2m-prose td, .s2m-prose th { border: 1px solid #d5dde0; padding: .3rem .6rem; text-align: left; }

.s2m-tag { display: inline-block; padding: .08rem .5rem; border-radius: .3rem; font-size: .8rem; font-weight: 600;
  background: #e6ecee; color: #2c3a3e; white-space: nowrap; }
.s2m-tag.s2m-approved, .s2m-tag.s2m-quality-best { background: #d9f0e1; color: #0f5132; }
.s2m-tag.s2m-changes-requested, .s2m-tag.s2m-warning, .s2m-tag.s2m-quality-acceptable { background: #fdeecb; color: #6a4400; }
.s2m-tag.s2m-rejected, .s2m-tag.s2m-error, .s2m-tag.s2m-quality-poor { background: #fbdfdc; color: #86180e; }
.s2m-tag.s2m-stale { background: #e8e0f7; color: #4a2c86; }
.s2m-tag.s2m-advice { background: #dfeaf6; color: #1c4670; }

.s2m-bar { display: flex; height: .6rem; border-radius: .3rem; overflow: hidden; background: #e6ecee; gap: 1px; }
.s2m-share { display: block; height: 100%; }
.s2m-dot { display: inline-block; width: .65rem; height: .65rem; border-radius: 50%; margin-right: .4rem; }
.s2m-share.s2m-approved, .s2m-dot.s2m-approved, .s2m-share.s2m-used, .s2m-dot.s2m-used { background: #2f8f5b; }
.s2m-share.s2m-changes-requested, .s2m-dot.s2m-changes-requested, .s2m-share.s2m-warning { background: #dd9a1a; }
.s2m-share.s2m-rejected, .s2m-dot.s2m-rejected, .s2m-share.s2m-error { background: #c8463a; }
.s2m-share.s2m-advice { background: #6b9bc9; }
.s2m-share.s2m-open, .s2m-dot.s2m-open { background: #c9d4d7; }
.s2m-share.s2m-furniture, .s2m-dot.s2m-furniture { background: #c9d4d7; }
.s2m-share.s2m-parked, .s2m-dot.s2m-parked { background: #dd9a1a; }
.s2m-share.s2m-duplicate, .s2m-dot.s2m-duplicate { background: #8aa9c9; }
.s2m-share.s2m-unreadable, .s2m-dot.s2m-unreadable { background: #c8463a; }
.s2m-share.s2m-not-instructional, .s2m-dot.s2m-not-instructional { background: #93a3a8; }
.s2m ul.s2m-legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: 0; margin: .45rem 0 0;
  font-size: .88rem; }

.s2m-tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .8rem; margin: .3rem 0; }
.s2m-tile { border: 1px solid #d5dde0; border-radius: .4rem; padding: .6rem .9rem; }
.s2m-tile strong { display: block; font-size: 1.45rem; line-height: 1.2; font-weight: 650; }
.s2m-tile span { color: #47565a; font-size: .86rem; }
.s2m-tile.s2m-alarm { border-color: #e3a49d; background: #fdf3f2; }
.s2m-tile.s2m-alarm strong { color: #86180e; }

.s2m-facts { border-collapse: collapse; width: 100%; }
.s2m-facts th { text-align: left; vertical-align: top; width: 11rem; font-weight: 600; padding: .45rem .8rem .45rem 0; }
.s2m-facts th small { font-weight: 400; }
.s2m-facts td { vertical-align: top; padding: .45rem 0; }
.s2m-facts tr + tr > * { border-top: 1px solid #e3e9eb; }
.s2m-grid { border-collapse: collapse; width: 100%; margin-bottom: .8rem; font-size: .95rem; }
.s2m-grid th { text-align: left; font-size: .84rem; font-weight: 600; color: #47565a; padding: .2rem .7rem .3rem 0; }
.s2m-grid td { vertical-align: top; padding: .55rem .7rem .55rem 0; border-top: 1px solid #e3e9eb; }
.s2m-grid td:first-child { width: 1%; white-space: nowrap; }
.s2m-grid td p { margin: .2rem 0 0; color: #47565a; }
.s2m-letter { display: inline-block; min-width: 1.5rem; text-align: center; border-radius: .3rem; background: #e6ecee;
  font-weight: 650; font-size: .85rem; padding: .08rem .35rem; margin-right: .35rem; }
.s2m-letter.s2m-key { background: #2f6f4c; color: #ffffff; }

.s2m-passage { border-left: 3px solid #d5dde0; padding: .1rem 0 .1rem .9rem; margin: 0 0 1.1rem; }
.s2m-passage-text { white-space: pre-wrap; margin: .3rem 0 !important; }
.s2m-passage-heading { font-weight: 650; }
.s2m-around { color: #55646a; font-size: .92rem; white-space: pre-wrap; }
.s2m mark { background: #ffe79a; color: #14211f; padding: .05rem .1rem; border-radius: .15rem;
  box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.s2m-lost { border-left: 3px solid #c8463a; background: #fdf3f2; padding: .6rem .9rem; margin: 0 0 1rem; }
.s2m ins { background: #d9f0e1; color: #0f5132; text-decoration: none; border-radius: .15rem; }
.s2m del { background: #fbdfdc; color: #86180e; border-radius: .15rem; }

.s2m-finding { border-left: 3px solid #d5dde0; padding: .05rem 0 .05rem .8rem; }
.s2m-finding.s2m-error { border-color: #c8463a; }
.s2m-finding.s2m-warning { border-color: #dd9a1a; }
.s2m-finding.s2m-advice { border-color: #6b9bc9; }
.s2m-finding p { margin: .15rem 0; }
.s2m-finding.s2m-waived { opacity: .95; border-color: #d5dde0; }
.s2m-notice { border-radius: .3rem; padding: .35rem .8rem; font-size: .93rem; min-height: 1.4rem; }
.s2m-notice.s2m-done { background: #e3f3e9; color: #0f5132; }
.s2m-notice.s2m-hint { background: #fdf3dc; color: #6a4400; }
.s2m-notice.s2m-problem { background: #fbe6e3; color: #86180e; }
.s2m-notice.s2m-quiet { background: #f3f6f7; color: #47565a; }
.s2m-log { list-style: none; padding: 0 !important; }
.s2m-log li { border-bottom: 1px solid #e3e9eb; padding: .4rem 0; }
.s2m-outline { list-style: none; padding: 0 !important; }
.s2m-outline li { display: flex; gap: .6rem; align-items: baseline; padding: .3rem .5rem; border-radius: .3rem; }
.s2m-outline li[aria-current] { background: #e3f0f2; font-weight: 600; }
.s2m-outline .s2m-number { color: #47565a; min-width: 1.8rem; text-align: right; font-variant-numeric: tabular-nums; }
.s2m-outline .s2m-grow { flex: 1; }
.s2m-rows { display: grid; grid-template-columns: minmax(9rem, 15rem) 1fr 2.5rem; gap: .35rem .8rem; align-items: center;
  font-size: .92rem; margin-bottom: .5rem; }
.s2m-keys { display: grid; grid-template-columns: max-content 1fr; gap: .3rem .9rem; }
.s2m kbd { border: 1px solid #9fb0b5; border-bottom-width: 2px; border-radius: .25rem; padding: 0 .4rem; font-size: .85rem;
  background: #ffffff; color: #14211f; font-family: inherit; }

/* The verbs stay in reach however long the element is. */
.st-key-verbs { position: sticky; bottom: 0; z-index: 20; background: #ffffff; border-top: 1px solid #d5dde0;
  padding: .7rem 0 .6rem; }
.st-key-source { position: sticky; top: 3.2rem; max-height: calc(100vh - 4.5rem); overflow-y: auto; }
@media (max-width: 640px) { .st-key-source { position: static; max-height: none; } .stMainBlockContainer { padding: 2rem 1rem; } }
"""
