"""Words that narrow a name without being part of it: states of a disease, ways to make a cell.

What is left without them is broader: relapsed myeloma is a myeloma, a CAR-T cell a T cell. All
patterns are for names in plain form (:func:`ictgraph.links.lexicon.plain`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ictgraph.links.lexicon import HAN

__all__ = ["without_legal_form", "without_modifiers"]

_BEFORE = "|".join((
    "relapsed (?:or|and) refractory|relapsed refractory|relapsed|refractory|r r|recurrent",
    "progressive|(?:locally )?advanced|metastatic|disseminated|unresectable|inoperable|resectable",
    "(?:early|late|end) stage|(?:stage|grade) [ivx0-9]+[abc]?|(?:high|low|intermediate) grade",
    "(?:high|low|standard|intermediate) risk|(?:early|late) onset|severe|moderate|mild|active",
    "newly diagnosed|untreated|previously treated|(?:heavily )?pretreated",
    "(?:first|second|third|fourth|later) line|transplant (?:in)?eligible",
    "(?:treatment|steroid|platinum) (?:refractory|resistant)",
    "adult|elderly|pediatric|childhood|juvenile|adolescent|infant",
    "(?:[a-z0-9*]+ ){1,3}(?:positive|negative|expressing|mutated|deficient)|[a-z0-9]+\\+",
    "chimeric antigen receptor|car|t cell receptor|tcr|engineered|modified",
    "(?:gene|genetically) (?:engineered|edited|modified)|armou?red|bispecific|tandem|dual target",
    "universal|off the shelf|activated|expanded|allogeneic|autologous|human|murine|mouse",
    "(?:donor|patient|i ?psc?|stem cell|monocyte|cord blood|peripheral blood) derived|induced",
))  # fmt: skip
_AFTER = "|".join((
    "in (?:adult|child|children|infant|adolescent)|aged? .*|patient",
    "(?:with|without|after|following|despite|that|who|which|failing) .*",
    "(?:due|secondary|refractory|resistant) to .*|associated with .*",
    "relapsed|refractory|recurrent|unresectable|metastatic|(?:stage|grade) [ivx0-9]+[abc]?",
))  # fmt: skip
_BEFORE_ZH = "|".join((
    "复发(?:或|和|及)?难治性?的?|难治性?的?|复发性?的?|r r|进展期|(?:局部)?晚期|早期|末期",
    "转移性?的?|播散性|不可切除的?|重度|重症|中重度|中度|轻度|活动性|高危|低危",
    "新诊断的?|初诊的?|初治的?|经治的?|既往治疗的?|[一二三四末后]线(?:治疗)?的?",
    "成人|成年|老年|儿童|青少年|婴幼儿",
    "[a-z0-9*]+(?: [a-z0-9*]+)*(?:阳性|阴性|表达|突变)的?",
    "嵌合抗原受体 ?|car ?|tcr ?|t细胞受体|基因(?:编辑|修饰|工程化?)的?|工程化的?|修饰的?",
    "活化的?|扩增的?|双靶点?|串联|通用型?|现货型?|同种异体|异体|自体",
    "(?:供者|患者|i ?psc?|诱导多能干细胞|干细胞|单核细胞|脐带?血|外周血)(?:来源|衍生)的?|人",
))  # fmt: skip
_AFTER_ZH = "患者|病人|成人|儿童"
_ENGLISH = re.compile(rf"^(?:{_BEFORE}) | (?:{_AFTER})$")
_CHINESE = re.compile(rf"^(?:{_BEFORE_ZH})|(?:{_AFTER_ZH})$")
_LEGAL = re.compile(
    "(?: (?:inc|incorporated|co|ltd|limited|llc|llp|lp|corp|corporation|company|plc|gmbh|kgaa|ag|sa"
    "|sas|spa|bv|nv|ab|oy|kk|pty|holding|group|the)|股份有限公司|有限责任公司|有限公司|集团|公司)+$"
    "|^the "
)  # fmt: skip
_MOST = 8


def without_modifiers(form: str) -> Iterator[str]:
    """Yield a name without one modifier after another.

    >>> list(without_modifiers("relapsed or refractory cd19 positive b cell lymphoma"))
    ['cd19 positive b cell lymphoma', 'b cell lymphoma']
    >>> list(without_modifiers("复发难治多发性骨髓瘤患者"))
    ['多发性骨髓瘤患者', '多发性骨髓瘤']
    """
    pattern = _CHINESE if re.search(f"[{HAN}]", form) else _ENGLISH
    for _ in range(_MOST):
        shorter = pattern.sub("", form, count=1).strip()
        if shorter == form or len(shorter) < 2:
            return
        form = shorter
        yield form


def without_legal_form(form: str) -> str:
    """Return the name of a company without "Inc.", "有限公司" and the like.

    >>> without_legal_form("northwest biotherapeutic inc"), without_legal_form("科济药业有限公司")
    ('northwest biotherapeutic', '科济药业')
    """
    return _LEGAL.sub("", form) or form
