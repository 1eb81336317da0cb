"""Graphs for picture tests, with the attributes that ``ictgraph.networks`` promises."""

from __future__ import annotations

from typing import Any

import networkx as nx

ID = "https://w3id.org/ictgraph/id/"
NOWHERE = "urn:ictgraph:indication-not-stated"
STAGES = [
    ("approved", "approved", "获批上市", "", 3.0, "#0b6e2e"),
    ("filed", "filed", "申报上市", "7 4", 2.4, "#8a4b00"),
    ("trial", "in clinical trials", "临床", "", 1.3, "#33475b"),
    ("preclinical", "preclinical", "临床前", "2 4", 1.2, "#5f6b78"),
]
MODALITIES = [
    ("car-t", "CAR-T", "CAR-T", "#1a6aab", "▲"),
    ("car-nk", "CAR-NK / NK", "CAR-NK / NK", "#0f7a5a", "◆"),
    ("tcr-t", "TCR-T", "TCR-T", "#b5512b", "■"),
    ("til", "TIL", "TIL", "#7b4fa3", "★"),
    ("dc", "DC vaccine", "DC疫苗", "#7d5f00", "⬟"),
    ("gdt", "γδ T", "γδT", "#a3306e", "✚"),
]
KINDS = [
    ("ict:Institution", "Institution", "机构", "#eef2f7", "box", 0),
    ("ict:Therapy", "Therapy", "疗法", "#d5e6f5", "pill", 1),
    ("ict:Indication", "Disease", "疾病", "#fff4de", "box", 2),
    ("ict:Target", "Target", "靶点", "#e3f3e6", "octagon", 1),
    ("ict:Gene", "Gene", "基因", "#f1e6f7", "hexagon", 1),
    ("ict:Technology", "Technology", "技术", "#f7e6e6", "rounded", 1),
    ("ict:Approval", "Approval", "获批", "#dff0ea", "rounded", 2),
]
# slug | en | zh
DEVELOPERS = """
autolus | Autolus Therapeutics | Autolus Therapeutics
huadong | Huadong Medicine | 华东医药
precision | Precision Biotech | 精准生物
hrain | Hrain Biotechnology | 恒润达生
erlangen | University Hospital Erlangen | 埃尔兰根大学医院
mdanderson | MD Anderson Cancer Center | M.D.安德森癌症中心
ruishun | Wyze Biotech | 瑞顺生物
bioray | BRL Medicine | 邦耀生物
frankfurt | Goethe University Frankfurt | 法兰克福大学
meitianni | TCRx Therapeutics | 美天旎
carsgen | CARsgen Therapeutics | 科济药业
baylor | Baylor College of Medicine | 贝勒医学院
china-immunotech | China Immunotech | 华夏英泰
zju2 | Second Affiliated Hospital, Zhejiang University | 浙江大学医学院附属第二医院
iscr | Beijing Institute for Stem Cell and Regenerative Medicine | 北京干细胞与再生医学研究院
adaptimmune | Adaptimmune Therapeutics | Adaptimmune Therapeutics
iovance | Iovance Biotherapeutics | Iovance Biotherapeutics
northwest | Northwest Biotherapeutics | Northwest Biotherapeutics
mgh | Massachusetts General Hospital | 麻省总医院
yizun | Origincell | 羿尊生物
nkgen | NKGen Biotech | NKGen Biotech
jidekang | Gadeta Kangmin | 暨德康民
"""
DISEASES = """
rr-b-all | Relapsed or refractory B-ALL | 复发/难治性 B-ALL
rr-nhl | Relapsed or refractory non-Hodgkin lymphoma | 复发/难治性非霍奇金淋巴瘤
rr-all | Relapsed or refractory ALL | 复发/难治性 ALL
sle | Systemic lupus erythematosus | 系统性红斑狼疮
b-cell | B-cell malignancy | B细胞恶性肿瘤
b-all | B-cell acute lymphoblastic leukaemia | B-ALL
imnm | Immune-mediated necrotising myopathy | 免疫介导坏死性肌病
dcssc | Diffuse cutaneous systemic sclerosis | 弥漫性皮肤系统性硬化症
aml | Acute myeloid leukaemia | AML
rr-mm | Relapsed or refractory multiple myeloma | 复发/难治性多发性骨髓瘤
rr-aml | Relapsed or refractory AML | 复发/难治性 AML
cd19-neg | CD19-negative B-cell lymphoma | CD19阴性 B细胞淋巴瘤
solid | Solid tumour | 实体瘤
ovarian | Ovarian cancer | 卵巢癌
synovial | Advanced synovial sarcoma | 晚期滑膜肉瘤
melanoma | Advanced melanoma | 晚期黑色素瘤
gbm | Glioblastoma | 胶质母细胞瘤
parkinson | Parkinson disease | 帕金森病
hcc | Hepatocellular carcinoma | 肝细胞癌
alzheimer | Alzheimer disease | 阿尔茨海默病
"""
# slug | en | zh | modality | targets | developers, with :role
THERAPIES = """
aucatzyl | Aucatzyl | Aucatzyl | car-t | CD19 | autolus
im19 | IM19 | IM19 | car-t | CD19 | huadong huadong:applicant
pulidekai | Pulidekai | 普基仑赛 | car-t | CD19 | precision
rundaji | Rundaji | 润达基奥仑赛 | car-t | CD19 | hrain
erlangen-cart | CAR-T (Erlangen) | CAR-T（埃尔兰根） | car-t | CD19 | erlangen
cd19-carnk | CD19 CAR-NK | CD19 CAR-NK | car-nk | CD19 | mdanderson
rjmty19 | RJMty19 | RJMty19 | car-t | CD19 | ruishun
tyu19 | TyU19 | TyU19 | car-t | CD19 | bioray
cd33-carnk | CD33 CAR-NK | CD33 CAR-NK | car-nk | CD33 | frankfurt
cd33-tcr | CD33-CAR/dNPM1-TCR T cells | CD33-CAR/dNPM1-TCR | tcr-t | CD33 NPM1 | meitianni
zevor-cel | Zevorcabtagene autoleucel | 泽沃基奥仑赛 | car-t | BCMA | carsgen
gpc3 | GPC3/IL-15 CAR-T | GPC3/IL-15 CAR-T | car-t | GPC3 | baylor
yts104 | YTS104 | YTS104 | tcr-t | LILRB4 | china-immunotech
cd70 | CD70 CAR-NK | CD70 CAR-NK | car-nk | CD70 | zju2
msln | MSLN CAR-iNK | MSLN CAR-iNK | car-nk | MSLN | iscr
bispecific | CD19/BCMA CAR-T | CD19/BCMA CAR-T | car-t | BCMA CD19 | carsgen bioray
afami-cel | Afamitresgene autoleucel | Afami-cel | tcr-t | | adaptimmune
lifileucel | Lifileucel | Lifileucel | til | | iovance
dcvax | DCVax-L | DCVax-L | dc | | northwest
carv3 | CARv3-TEAM-E | CARv3-TEAM-E | car-t | | mgh
cnk-ut002 | CNK-UT002 | CNK-UT002 | car-nk | | yizun
snk01 | SNK01 | SNK01 | car-nk | | nkgen
snk02 | SNK02 | SNK02 | car-nk | | nkgen
gdt | γδ T-cell injection | γδ-T细胞注射液 | gdt | | jidekang
obe | Obe-cel in lupus | Obe-cel（狼疮） | car-t | CD19 | autolus
"""
# therapy | disease | stage | en | zh
CLAIMS = """
aucatzyl | rr-b-all | approved | US 2024-11 | 美国 2024-11
im19 | rr-nhl | filed | CN 2024-11 | 中国 2024-11
pulidekai | rr-all | filed | CN 2024-07 | 中国 2024-07
rundaji | rr-nhl | filed | CN 2024-12 | 中国 2024-12
erlangen-cart | sle | trial | 2024-02 | 2024-02
erlangen-cart | imnm | trial | 2024-02 | 2024-02
cd19-carnk | b-cell | trial | 2024-01 | 2024-01
rjmty19 | rr-b-all | trial | CN IND 2024-03 | 中国 IND 2024-03
tyu19 | b-all | trial | CN IND 2023-07 | 中国 IND 2023-07
tyu19 | imnm | trial | reported 2024-07 | 报道 2024-07
tyu19 | dcssc | trial | reported 2024-07 | 报道 2024-07
cd33-carnk | aml | preclinical | 2024 | 2024
cd33-tcr | aml | preclinical | 2024 | 2024
zevor-cel | rr-mm | approved | CN 2024-03 | 中国 2024-03
zevor-cel | rr-mm | filed | CN 2022-10 | 中国 2022-10
gpc3 | solid | trial | 2024 | 2024
yts104 | rr-aml | trial | CN IND 2024-01 | 中国 IND 2024-01
cd70 | cd19-neg | preclinical | 2024 | 2024
msln | ovarian | preclinical | 2024 | 2024
bispecific | rr-mm | trial | 2024 | 2024
bispecific | sle | trial | 2024 | 2024
afami-cel | synovial | approved | US 2024-08 | 美国 2024-08
lifileucel | melanoma | approved | US 2024-02 | 美国 2024-02
dcvax | gbm | filed | UK 2023-12 | 英国 2023-12
carv3 | gbm | trial | 2024 | 2024
cnk-ut002 | solid | trial | CN IND 2024-07 | 中国 IND 2024-07
cnk-ut002 | hcc | trial | CN IND 2024-07 | 中国 IND 2024-07
snk01 | parkinson | trial | US IND 2024-04 | 美国 IND 2024-04
snk01 | alzheimer | trial | US IND 2022 | 美国 IND 2022
snk02 | solid | trial | 2024 | 2024
gdt | hcc | trial | CN IND 2024-04 | 中国 IND 2024-04
obe | sle | trial | 2024 | 2024
"""


def rows(table: str) -> list[list[str]]:
    """Return the rows of one of the tables above."""
    return [[cell.strip() for cell in row.split("|")] for row in table.strip().splitlines()]


def legend() -> dict[str, list[dict[str, Any]]]:
    """Return the legend of every synthetic graph."""
    return {
        "stages": [
            dict(id=i, en=en, zh=zh, dash=dash, width=width, colour=colour, order=order)
            for order, (i, en, zh, dash, width, colour) in zip(
                (70, 60, 30, 10), STAGES, strict=True
            )
        ],
        "modalities": [
            dict(id=i, en=en, zh=zh, colour=colour, glyph=glyph)
            for i, en, zh, colour, glyph in MODALITIES
        ],
        "kinds": [
            dict(id=i, en=en, zh=zh, colour=colour, shape=shape, column=column)
            for i, en, zh, colour, shape, column in KINDS
        ],
    }


def empty(kind: str, en: str = "Network", zh: str = "网络") -> nx.MultiDiGraph:
    """Return a graph without nodes."""
    graph = nx.MultiDiGraph(kind=kind, title={"en": en, "zh": zh}, build="b1946ac92492d234")
    graph.graph["legend"] = legend()
    return graph


def source(number: int) -> dict[str, str]:
    """Return the passage of a number."""
    path = f"review-2024/s2.4/p{number % 7 + 1}/s{number % 5 + 1}"
    return {
        "id": f"src:{path}",
        "iri": f"https://w3id.org/ictgraph/source/{path}",
        "locator_en": f"§2.4, paragraph {number % 7 + 1}, sentence {number % 5 + 1}",
        "locator_zh": f"§2.4 第{number % 7 + 1}段 第{number % 5 + 1}句",
        "gloss_en": f"Says what passage {number % 7 + 1}.{number % 5 + 1} reports, in short.",
        "gloss_zh": f"概述第{number % 7 + 1}.{number % 5 + 1}处所报道的内容。",
    }


def add_node(graph: nx.MultiDiGraph, slug: str, kind: str, en: str, zh: str, **more: Any) -> None:
    """Add an entity."""
    column = {one[0]: one[5] for one in KINDS}.get(kind, 0)
    data = {"kind": kind, "en": en, "zh": zh, "column": column, "curie": f"id:{slug}", **more}
    graph.add_node(ID + slug, **data)


def add_edge(
    graph: nx.MultiDiGraph, a: str, b: str, relation: str, en: str, zh: str, **more: Any
) -> None:
    """Add a claim with a source."""
    number = graph.number_of_edges()
    data: dict[str, Any] = dict(relation=relation, en=en, zh=zh, stage="", detail_en="")
    data |= dict(detail_zh="", inferred=False, sources=[source(number)])
    graph.add_edge(ID + a, ID + b, key=f"claim-{number}", **data | more)


def landscape() -> nx.MultiDiGraph:
    """Return 22 developers, 25 therapies and 20 diseases with realistic names."""
    graph = empty("landscape", "Who develops what for which disease", "谁在为哪种疾病开发什么疗法")
    for slug, en, zh in rows(DEVELOPERS):
        add_node(graph, slug, "ict:Institution", en, zh)
    for slug, en, zh, modality, targets, _ in rows(THERAPIES):
        names = {one[0]: one for one in MODALITIES}[modality]
        found = [{"id": f"{ID}{t.lower()}", "en": t, "zh": t} for t in targets.split()]
        more = {"modality_en": names[1], "modality_zh": names[2], "targets": found}
        add_node(graph, slug, "ict:Therapy", en, zh, modality=modality, **more)
    for slug, en, zh in rows(DISEASES):
        add_node(graph, slug, "ict:Indication", en, zh)
    roles = {"developer": ("developed by", "研发方"), "applicant": ("applicant", "申请人")}
    stages = {one[0]: one for one in STAGES}
    for slug, *_, developers in rows(THERAPIES):
        for one in developers.split():
            who, _, role = one.partition(":")
            role = role or "developer"
            add_edge(graph, slug, who, f"ict:{role}", *roles[role])
    for slug, disease, stage, en, zh in rows(CLAIMS):
        style = stages[stage]
        inferred = stage == "trial" and disease == "sle"
        add_edge(
            graph,
            slug,
            disease,
            f"ict:{stage}",
            style[1],
            style[2],
            stage=stage,
            detail_en=en,
            detail_zh=zh,
            inferred=inferred,
        )
    return graph


def doubtful() -> nx.MultiDiGraph:
    """Return the landscape with a stage for no stated indication, doubts, filters and a footer."""
    graph = landscape()
    graph.graph |= {
        "filters": {"en": "disease: lymphoma", "zh": "疾病：淋巴瘤"},
        "sources": [{"en": "A review", "zh": "一篇综述"}],
        "licence": "CC BY 4.0",
    }
    node = dict(kind="ict:Indication", en="indication not stated", zh="适应证未注明", curie="")
    graph.add_node(NOWHERE, **node, column=2, stated=False)
    more = dict(stage="approved", detail_en="", detail_zh="", inferred=False, sources=[source(3)])
    words = dict(relation="ict:approved", en="approved", zh="获批上市")
    graph.add_edge(ID + "im19", NOWHERE, key="nowhere", **words, **more)
    graph.nodes[ID + "im19"]["identifiers"] = [
        {"id": "EX:1", "match": "exact", "page": "https://example.org/EX_1"},
        {"id": "EX:2", "match": "broad", "page": ""},
    ]
    graph.nodes[ID + "im19"]["doubts"] = [
        {"kind_en": "thin", "kind_zh": "依据不足", "en": "No date.", "zh": "未印日期。"}
    ]
    return graph


def neighbourhood(count: int = 24) -> nx.MultiDiGraph:
    """Return an institution (``id:carsgen``) with ``count`` entities around it."""
    graph = empty("neighbourhood", "CARsgen Therapeutics and its surroundings", "科济药业及其周边")
    add_node(graph, "carsgen", "ict:Institution", "CARsgen Therapeutics", "科济药业")
    therapies: list[str] = []
    for i in range(count):
        slug, turn = f"n{i}", i % 6
        if turn in (0, 1):
            add_node(
                graph,
                slug,
                "ict:Therapy",
                f"CT{i:03d} CAR-T",
                f"CT{i:03d} CAR-T细胞注射液",
                modality="car-t",
                modality_en="CAR-T",
                modality_zh="CAR-T",
                targets=[],
            )
            add_edge(graph, "carsgen", slug, "ict:develops", "develops", "研发")
            if turn:
                add_edge(graph, "carsgen", slug, "ict:appliesFor", "applicant", "申请上市")
            therapies.append(slug)
        elif turn == 2:
            add_node(graph, slug, "ict:Indication", f"Disease number {i}", f"第{i}种适应证")
            add_edge(
                graph,
                therapies[-1],
                slug,
                "ict:trial",
                "trial",
                "临床",
                stage="trial",
                detail_en="2024",
                detail_zh="2024",
            )
        elif turn == 3:
            add_node(graph, slug, "ict:Institution", f"Investor or partner {i}", f"合作方{i}")
            add_edge(graph, slug, "carsgen", "ict:partner", "partner of", "合作")
        elif turn == 4:
            add_node(graph, slug, "ict:Technology", f"Technology platform {i}", f"技术平台{i}")
            add_edge(graph, "carsgen", slug, "ict:uses", "uses", "采用", inferred=True)
        else:
            add_node(
                graph, slug, "ict:Approval", f"CN 2024-0{i % 9 + 1}", f"中国 2024-0{i % 9 + 1}"
            )
            add_edge(
                graph,
                therapies[-1],
                slug,
                "ict:approval",
                "approved",
                "获批上市",
                stage="approved",
                detail_en="CN 2024-03",
                detail_zh="中国 2024-03",
            )
    return graph


def big_landscape(therapies: int = 620) -> nx.MultiDiGraph:
    """Return a landscape too big for lines, of about 1,000 nodes for 620 therapies."""
    graph = empty("landscape", "A big landscape", "大图")
    developers, diseases = therapies * 2 // 5, therapies // 5
    for i in range(developers):
        add_node(graph, f"dev{i}", "ict:Institution", f"Company {i}", f"公司{i}")
    for i in range(diseases):
        add_node(graph, f"dis{i}", "ict:Indication", f"Disease {i}", f"疾病{i}")
    for i in range(therapies):
        modality = MODALITIES[i % len(MODALITIES)]
        target = f"T{int((i * 7919 % 1000) ** 0.6)}"
        add_node(
            graph,
            f"th{i}",
            "ict:Therapy",
            f"Therapy {i}",
            f"疗法{i}",
            modality=modality[0],
            modality_en=modality[1],
            modality_zh=modality[2],
            targets=[{"id": ID + target, "en": target, "zh": target}] if i % 9 else [],
        )
        add_edge(graph, f"dev{i * i % developers}", f"th{i}", "ict:develops", "developer", "研发")
        style = STAGES[i % 4]
        add_edge(
            graph,
            f"th{i}",
            f"dis{i * i % diseases}",
            "ict:stage",
            style[1],
            style[2],
            stage=style[0],
            detail_en="2024",
            detail_zh="2024",
        )
    return graph


HOSTILE = [
    "<script>document.title='owned'</script>",
    "</script><script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    '" onmouseover="document.title=\'owned\'" x="',
    "<a href=\"javascript:document.title='owned'\">href</a>",
    "]]></style></svg><svg onload=\"document.title='owned'\"/>",
    "{{ 7 * 7 }}{% raw %}",
    "a\x00b\x08c\x1b[31md\ufffee\ud800f\u2028g",
    "\u202etxet deversed\u202c שלום עולם مرحبا",
    "👩‍🔬🧬 family 👨‍👩‍👧",
    "<!-- --><!-->",
    "&lt;b&gt;&amp;&#0;",
]


def hostile() -> nx.MultiDiGraph:
    """Return a landscape whose every text field is an attack, in turn."""
    graph = landscape()
    texts = iter(HOSTILE * 1000)
    graph.graph["title"] = {"en": next(texts), "zh": next(texts)}
    graph.graph["build"] = next(texts)
    graph.graph["licence"] = next(texts)
    graph.graph["filters"] = {"en": next(texts), "zh": next(texts)}
    graph.graph["sources"] = [{"en": next(texts), "zh": next(texts)}]
    for group in graph.graph["legend"].values():
        for one in group:
            one |= {"en": next(texts), "zh": next(texts), "colour": 'red;}</style>" onload="'}
            one["glyph" if "glyph" in one else "dash"] = next(texts)
    for _, data in graph.nodes(data=True):
        data |= {"en": next(texts), "zh": next(texts), "curie": next(texts)}
        data["doubts"] = [{a: next(texts) for a in ("en", "zh", "kind_en", "kind_zh")}]
        data["identifiers"] = [
            {"id": next(texts), "match": match, "page": "javascript:document.title='owned'"}
            for match in ("exact", "broad", next(texts))
        ]
        if data.get("targets"):
            data["targets"] = [{"id": next(texts), "en": next(texts), "zh": next(texts)}]
    for _, _, data in graph.edges(data=True):
        data |= {key: next(texts) for key in ("en", "zh", "detail_en", "detail_zh", "relation")}
        data["sources"] = [
            {
                "id": next(texts),
                "iri": "javascript:document.title='owned'",
                **{f"{a}_{b}": next(texts) for a in ("locator", "gloss") for b in ("en", "zh")},
            }
        ]
    hostile_id = "javascript:document.title='owned'//\"><script>href"
    graph.add_node(hostile_id, **dict(kind=HOSTILE[0], en="x", zh="", column=2, curie=""))
    first = next(iter(graph.nodes))
    graph.add_edge(
        first,
        hostile_id,
        key=HOSTILE[1],
        relation="r",
        en="w",
        zh="w",
        stage="",
        detail_en="",
        detail_zh="",
        inferred=False,
        sources=[],
    )
    return graph
