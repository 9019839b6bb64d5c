"""The table of the papers: a row per extractor, a cell per classifier, and what was tested."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from .paper_rows import BEST_ROW, NOTHING, Row, rows_of
from .saying import listed
from .scoring import metric_of
from .tables import aligned, csv_text
from .verdict import Verdict

TEST, POST_HOC = "Test", "After post-hoc"
Mark = Callable[[str, bool, bool], str]
"""Shows a cell: its text, whether it is the best of its row, whether the best of all."""


def table_csv(verdict: Verdict) -> str:
    """Return the table for spreadsheets."""
    header = ["extractor", *verdict.selection.classifiers, TEST, "Which test", POST_HOC]
    lines = [
        [row.name, *(text for text, *_ in row.cells), row.test, row.named, row.order]
        for row in rows_of(verdict)
    ]
    return csv_text(header, lines)


def table_markdown(verdict: Verdict) -> str:
    """Return the table in Markdown: row best italic, best of all bold."""

    def mark(text: str, best: bool, winner: bool) -> str:
        return f"**{text}**" if winner else f"*{text}*" if best else text

    header, *lines = _grid(verdict, mark, _markdown)
    rule = ["---", *["---:"] * (len(header) - 2), "---"]
    body = "\n".join(f"| {' | '.join(line)} |" for line in [header, rule, *lines])
    return f"{body}\n\n{_markdown(caption(verdict))}\n"


def table_latex(verdict: Verdict) -> str:
    """Return the table in LaTeX (booktabs): row best italic, best of all bold."""

    def mark(text: str, best: bool, winner: bool) -> str:
        return f"\\textbf{{{text}}}" if winner else f"\\textit{{{text}}}" if best else text

    header, *lines = _grid(verdict, mark, _latex)
    body = [" & ".join(line) + " \\\\" for line in lines]
    if lines[-1][0] == BEST_ROW:
        body.insert(len(body) - 1, "\\midrule")
    told = [
        "% needs \\usepackage{booktabs}",
        "\\begin{table}",
        f"\\caption{{{_latex(caption(verdict))}}}",
        f"\\begin{{tabular}}{{l{'r' * (len(header) - 2)}l}}",
        "\\toprule",
        " & ".join(header) + " \\\\",
        "\\midrule",
        *body,
        "\\bottomrule",
        "\\end{tabular}",
        "\\end{table}",
    ]
    return "\n".join(told) + "\n"


def marked_table(verdict: Verdict) -> str:
    """Return the table for a terminal: ``*`` best of the row, ``**`` best of all."""

    def mark(text: str, best: bool, winner: bool) -> str:
        return f"{text}**" if winner else f"{text}* " if best else f"{text}  "

    rows = rows_of(verdict)
    tested = any(row.p != NOTHING for row in rows)
    header = ["extractor", *(f"{name}  " for name in verdict.selection.classifiers)]
    lines = [
        [_narrow(row.name), *(mark(*cell) for cell in row.cells), *([row.p] if tested else [])]
        for row in rows
        if row.name != BEST_ROW or tested
    ]
    title = f"{_cells_are(verdict)}; * best of the row, ** best of all"
    test = "; p: whether what stands in the row differs" if tested else ""
    notes = "".join(f"\n{note}" for note in _halted(verdict))
    return f"{title}{test}{notes}\n{aligned([[*header, *(['p'] if tested else [])], *lines])}"


def _narrow(name: str) -> str:
    return "best of each" if name == BEST_ROW else name


def caption(verdict: Verdict) -> str:
    """Say what the table shows."""
    compared, metric = verdict.comparisons, metric_of(verdict.selection.judge.recipe)
    direction = "" if metric.greater_is_better else "; the lowest is the best"
    told = [
        f"{_cells_are(verdict)}{direction}. Italic: best of the row; bold: best of all.",
        "As the best of many, the bold value is optimistic.",
    ]
    told += _halted(verdict)
    if tests := _tests(rows_of(verdict)):
        told += [
            f"{TEST}: whether what stands in the row differs, {tests};",
            "* p below 0.05, ** below 0.01, *** below 0.001.",
            f"{POST_HOC}: A > B says that B is worse; A ≃ B only that they were not told apart.",
        ]
    if compared.statistics == "classic":
        told.append("Compatible with the 2019 papers; not the inference.")
    return " ".join(told)


def _halted(verdict: Verdict) -> list[str]:
    """Say of what cells in brackets are."""
    behind = "In brackets: pairs that stopped after so many folds, far behind the best."
    late = "Out of time: the budget was spent before they had gone through all folds."
    selection = verdict.selection
    found = [behind] * bool(selection.behind) + [late] * bool(selection.out_of_time)
    return [*found, "They take no part in tests."] if found else []


def _tests(rows: Sequence[Row]) -> str:
    """Say by which test each row was compared."""
    by_test: dict[str, list[str]] = {}
    for row in rows:
        if row.named != NOTHING:
            by_test.setdefault(row.named, []).append(row.name)
    if len(by_test) < 2:
        return "".join(by_test)
    return "; ".join(f"{test} for {listed(names)}" for test, names in by_test.items())


def _cells_are(verdict: Verdict) -> str:
    selection = verdict.selection
    folds = selection.cells[selection.winner].scores.size
    unit = " in percent" if metric_of(selection.judge.recipe).share else ""
    ddof = ", n as in 2019" if verdict.comparisons.statistics == "classic" else ""
    label = selection.judge.recipe.label
    return f"{label}{unit}: mean (standard deviation{ddof}) over {folds} folds"


def _grid(verdict: Verdict, mark: Mark, escape: Callable[[str], str]) -> list[list[str]]:
    """Return the table as cells, header first, names escaped and cells marked."""
    header = ["extractor", *map(escape, verdict.selection.classifiers), TEST, POST_HOC]
    return [
        header,
        *(
            [
                escape(row.name),
                *(mark(*cell) for cell in row.cells),
                row.test,
                escape(row.order),
            ]
            for row in rows_of(verdict)
        ),
    ]


def _markdown(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\|<*`[" else sign for sign in text)


_LATEX: Mapping[str, str] = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "|": r"\textbar{}",
    "≃": r"$\simeq$",
    ">": "$>$",
    "<": "$<$",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}


def _latex(text: str) -> str:
    return "".join(_LATEX.get(sign, sign) for sign in text)
