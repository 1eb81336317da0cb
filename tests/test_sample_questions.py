"""What people ask, in Chinese and in English: the command that answers, and what it must say.

Each answer is read as a program reads it from a pipe. A line below stands for a row of the answer:
its parts, between bars, stand in that row, and the passages (``s3.1/p2/s3`` is section 3.1,
paragraph 2, sentence 3; ``t5/r2`` is row 2 of Table 5) are given as its source.
"""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple

import pytest

from commands import call

pytestmark = pytest.mark.usefixtures("graph")

REVIEW = "src:review-2024/"
PASSAGE = r"(opening|[st][0-9.]+)/\w+(/\w+)?"

GENES = ("TRAC", "PD-1", "HLA-A", "HLA-B", "CIITA")


class Asked(NamedTuple):
    """A question in one language, the command that answers it, and rows of the answer.

    :ivar rows: how many rows the whole answer has, 0 where it holds more than what was asked.
    """

    question: str
    command: str
    says: tuple[str, ...]
    rows: int = 0


ZH = [
    Asked(
        "其中CAR-T产品有多少个、占比多少？",
        "query trials-by-place --therapy-class CAR-T",
        (
            "CAR-T细胞疗法 | 621 | 59.7 | 1040 | 2024-12-31 | Cortellis数据库 | s2/p1/s2",
            "CAR-T细胞疗法 | 矛盾 | 2.2节却说约三分之二（66.7%）",
        ),
        rows=1,
    ),
    Asked(
        "研发药物数量最多的机构是哪家？有多少个？属于哪个国家？",
        "query table-2",
        ("1 | 国家癌症研究所 | 32 | 美国 | t2/r1",),
        rows=10,
    ),
    Asked(
        "2024年获批上市的产品中哪些靶向CD19？由谁研发？",
        "query approved-products --target CD19 --year 2024",
        ("Aucatzyl | CD19 | Autolus Therapeutics | 2024-11 | s3.1/p2/s3 | t3/r1",),
    ),
    Asked(
        "复发/难治性CD19阳性非霍奇金淋巴瘤有哪些在申报的CAR-T？谁研发、何时受理？",
        "query applications-pending --disease 复发/难治性CD19阳性非霍奇金淋巴瘤"
        " --therapy-class CAR-T",
        (
            "IM19 | 华东医药 | 上市申请获受理 | 受理日期 | 2024-11 | s3.1/p3/s3",
            "IM19 | 华东医药 | 上市申请已递交 | 矛盾 | t4/r2",
            "润达基奥仑赛 | 恒润达生 | 上市申请获受理 | 受理日期 | 2024-12 | s3.1/p3/s4",
            "润达基奥仑赛 | 恒润达生 | 上市申请已递交 | 矛盾 | t4/r4",
        ),
    ),
    Asked(
        "TyU19敲除了哪些基因？用什么技术？目的是什么？",
        "show TyU19",
        (
            *(
                f"敲除 | {gene} | s2.4/p2/s8"
                for gene in ("TRAC", "PD-1", "HLA-A", "HLA-B", "CIITA")
            ),
            "采用技术 | CRISPR-Cas基因编辑技术 | s2.4/p2/s8",
            "预防 | 移植物抗宿主病 | s2.4/p2/s8",
        ),
    ),
    Asked(
        "哪些获融资公司从事CAR-NK或CAR-iNK？其中哪些又被列为融资金额靠前？",
        "query table-5 --field CAR-NK",
        (
            "先博生物 | CAR-NK细胞疗法 | 2亿 | 所列五家金额居前 | t5/r7 | s3.3/p3/s2",
            "济因生物 | iPS来源CAR-iNK细胞疗法 | 数千万 | t5/r11",
            "以慈生物 | CAR-NK细胞疗法 | 数千万 | t5/r12",
            "中盛溯源 | CAR-iNK细胞疗法 | 1.5亿 | 所列五家金额居前 | t5/r14 | s3.3/p3/s2",
            "生研生物 | CAR-NK细胞疗法 | 5亿 | 所列五家金额居前 | t5/r15 | s3.3/p3/s2",
        ),
        rows=5,
    ),
    Asked(
        "Science与Nature在2024年评选中各自选了什么？",
        "query awards",
        (
            "Science | CAR-T细胞疗法 | 自身免疫性疾病 | 2024 | s2.4/p2/s4 | opening/p2/s3",
            "Nature | 徐沪济 | 2024 | s2.4/p2/s6",
        ),
        rows=2,
    ),
    Asked(
        "哪些细胞因子被用于CAR-T工程化？由哪些机构？效果如何？",
        "query papers --therapy-class CAR-T --involving 细胞因子",
        (
            "5 | 洛桑联邦理工学院 | IL-10 | 不易失能 | s1.1/p1/s8",
            "6 | 耶鲁大学 | IL-4 | 2型功能增强 | s1.1/p1/s9",
            "7 | 贝勒医学院 | IL-15 | 扩增和抗肿瘤反应均显著更强 | s1.1/p1/s10",
        ),
        rows=4,
    ),
    Asked(
        "肝细胞癌有哪些相关疗法？",
        "query who-develops-what --disease 肝细胞癌",
        (
            "广东暨德康民 | γδ-T细胞注射液 | 获临床试验许可 | 2024-04 | s2.4/p1/s5",
            "南方医科大学 | 联用阿托伐醌的TCR-T细胞 | 肝细胞癌 | 研究场景未注明 | s2.4/p3/s4",
        ),
        rows=2,
    ),
    Asked(
        "2024年有哪些产品获得临床试验许可？时间、企业、适应证？",
        "query trial-clearances --year 2024",
        (
            "YTS104 | 华夏英泰 | 复发/难治性急性髓系白血病 | 2024-01 | s2.4/p1/s3",
            "RJMty19 | 瑞顺生物 | B细胞急性淋巴细胞白血病 | 2024-03 | s2.4/p1/s4",
            "SNK01 | NKGen Biotech | 帕金森病 | 宣布日期 | 2024-04 | s2.4/p1/s2",
            "γδ-T细胞注射液 | 广东暨德康民 | 原发性肝细胞癌 | 2024-04 | s2.4/p1/s5",
            "CNK-UT002 | 羿尊生物 | 实体瘤 | 2024-07 | s2.4/p1/s6",
        ),
    ),
    Asked(
        "哪些政策适用于上海？",
        "query policies --place 上海",
        (
            "支持生物医药产业全链条创新发展 | 上海市人民政府办公厅 | 2024-10 | s3.2/p2/s5",
            "在医疗领域开展扩大开放试点 | 北京; 广东; 海南; 上海 | 2024-09 | s3.2/p2/s4",
            "产业结构调整指导目录 | 中国 | 施行日期 | 2024-02 | s3.2/p2/s3",
            "研究者发起的临床研究管理办法 | 中国 | 2024-09 | s3.2/p1/s5",
            "临床药理学研究技术指导原则 | 中国 | 2024-11 | s3.2/p1/s6",
        ),
    ),
    Asked(
        "表5共有多少起融资？确切披露的人民币金额合计多少？",
        "query financing-totals --source src:review-2024",
        (
            "CNY | 确切 | 7 | 1366000000 | 17 | t5/r2 | t5/r7 | t5/r9 | t5/r10 | t5/r14 | t5/r15",
            "CNY | 仅数量级 | 6 | 17",
            "CNY | 近 | 2 | 17",
            "HKD | 近 | 1 | 17 | 近千万港币 | t5/r1",
            "未透露 | 1 | 17 | 华道生物 | t5/r5",
        ),
        rows=5,
    ),
    Asked(
        "2024年上半年全球CGT投资额？",
        "query statements-of-number --entity 细胞与基因治疗 --property 金额",
        ("10900000000 | USD | 109亿美元 | s3.3/p1/s1",),
    ),
    Asked(
        "文中有哪些德国机构？各自的工作与技术是什么？",
        "query research-profile --place 德国",
        (
            "法兰克福大学 | CliniMACS Prodigy平台 | CD33 | 德国 | s1.2/p1/s9",
            "美天旎生物技术公司 | CD33-CAR; dNPM1-TCR | 急性髓系白血病 | 德国 | s1.3/p1/s6",
            "埃尔兰根大学医院 | 15名患者 | 系统性红斑狼疮 | 德国 | s2.4/p2/s5",
        ),
        rows=3,
    ),
]

EN = [
    Asked(
        "How many of them are CAR-T products, and what share is that?",
        "query trials-by-place --therapy-class 'CAR-T therapy'",
        (
            "CAR-T therapy | 621 | 59.7 | 1040 | 2024-12-31 | Cortellis database | s2/p1/s2",
            "CAR-T therapy | contradiction | section 2.2 says about two thirds (66.7%)",
        ),
        rows=1,
    ),
    Asked(
        "Which institution has the most clinical-stage drugs, how many, which country?",
        "query table-2",
        ("1 | National Cancer Institute | 32 | United States | t2/r1",),
        rows=10,
    ),
    Asked(
        "Which products approved in 2024 target CD19, and who develops them?",
        "query approved-products --target CD19 --year 2024",
        ("Aucatzyl | Autolus Therapeutics | 2024-11 | s3.1/p2/s3",),
    ),
    Asked(
        "Which filed CAR-T products are for relapsed/refractory CD19-positive NHL, by whom, and "
        "when accepted?",
        "query applications-pending --therapy-class CAR-T"
        " --disease 'relapsed or refractory CD19-positive non-Hodgkin lymphoma'",
        (
            "IM19 | Huadong Medicine | marketing application accepted | 2024-11 | s3.1/p3/s3",
            "IM19 | Huadong Medicine | marketing application submitted | contradiction | t4/r2",
            "Rundajiaolunsai | Hrain Biotechnology | application accepted | 2024-12 | s3.1/p3/s4",
            "Rundajiaolunsai | Hrain Biotechnology | application submitted | contradiction | t4/r4",
        ),
    ),
    Asked(
        "Which genes are knocked out in TyU19, with what technology, and why?",
        "show TyU19",
        (
            *(f"knocks out | {gene} | s2.4/p2/s8" for gene in GENES),
            "uses technology | CRISPR-Cas | s2.4/p2/s8",
            "prevents | graft versus host disease | s2.4/p2/s8",
        ),
    ),
    Asked(
        "Which financed companies work on CAR-NK or CAR-iNK, and which of them are also named "
        "among the largest raisers?",
        "query table-5 --field 'CAR-NK therapy'",
        (
            "Simnova | CAR-NK therapy | 2亿 | among those that raised most | t5/r7 | s3.3/p3/s2",
            "Jiyin Biotech | iPS-derived CAR-iNK therapy | order of magnitude only | t5/r11",
            "Yici Biotech | CAR-NK therapy | order of magnitude only | t5/r12",
            "Nuwacell | CAR-iNK therapy | among those that raised most | t5/r14 | s3.3/p3/s2",
            "Shengyan Biotech | CAR-NK therapy | among those that raised most | t5/r15",
        ),
        rows=5,
    ),
    Asked(
        "What did Science and Nature each pick in 2024 in this field?",
        "query awards",
        (
            "Science | CAR-T therapy | autoimmune disease | 2024 | s2.4/p2/s4 | opening/p2/s3",
            "Nature | Xu Huji | 2024 | s2.4/p2/s6",
        ),
        rows=2,
    ),
    Asked(
        "Which cytokines were used with CAR-T, by whom, with what effect?",
        "query papers --therapy-class CAR-T --involving cytokine",
        (
            "5 | Polytechnique Fédérale de Lausanne | IL-10 | resist dysfunction | s1.1/p1/s8",
            "6 | Yale University | IL-4 | type 2 function | s1.1/p1/s9",
            "7 | Baylor College of Medicine | IL-15 | expanded significantly more | s1.1/p1/s10",
        ),
        rows=4,
    ),
    Asked(
        "Which therapies concern hepatocellular carcinoma?",
        "query who-develops-what --disease 'hepatocellular carcinoma'",
        (
            "Guangdong Jide Kangmin | γδ-T cell injection | cleared for | s2.4/p1/s5",
            "Southern Medical University | TCR-T cells with atovaquone | setting not stated"
            " | s2.4/p3/s4",
        ),
        rows=2,
    ),
    Asked(
        "Which products were cleared for trials in 2024: month, firm, indication?",
        "query trial-clearances --year 2024",
        (
            "YTS104 | China Immunotech | acute myeloid leukemia | 2024-01 | s2.4/p1/s3",
            "RJMty19 | Ruishun Biotech | acute lymphoblastic leukemia | 2024-03 | s2.4/p1/s4",
            "SNK01 | NKGen Biotech | Parkinson disease | announced on | 2024-04 | s2.4/p1/s2",
            "γδ-T cell injection | primary hepatocellular carcinoma | 2024-04 | s2.4/p1/s5",
            "CNK-UT002 | Yizun Biotech | solid tumor | 2024-07 | s2.4/p1/s6",
        ),
    ),
    Asked(
        "Which policies apply in Shanghai?",
        "query policies --place Shanghai",
        (
            "Whole Chain of the Biomedical Industry | Shanghai | 2024-10 | s3.2/p2/s5",
            "Opening-up in the Medical Field | Hainan; Shanghai | 2024-09 | s3.2/p2/s4",
            "Industrial Structure Adjustment | China | effective on | 2024-02 | s3.2/p2/s3",
            "Investigator-Initiated Clinical Research | China | 2024-09 | s3.2/p1/s5",
            "Clinical Pharmacology Studies | China | 2024-11 | s3.2/p1/s6",
        ),
    ),
    Asked(
        "How many financings are in Table 5, and what do the exact CNY amounts add up to?",
        "query financing-totals --source src:review-2024",
        (
            "CNY | exact | 7 | 1366000000 | 17 | t5/r2 | t5/r7 | t5/r9 | t5/r10 | t5/r14 | t5/r17",
            "CNY | order of magnitude only | 6 | 17",
            "CNY | nearly | 2 | 17",
            "HKD | nearly | 1 | 17 | t5/r1",
            "undisclosed | 1 | 17 | Huadao Biotech | t5/r5",
        ),
        rows=5,
    ),
    Asked(
        "What was worldwide CGT investment in the first half of 2024?",
        "query statements-of-number --entity 'cell and gene therapy' --property amount",
        ("10900000000 | USD | 109亿美元 | s3.3/p1/s1",),
    ),
    Asked(
        "Which German institutions appear, and what did each do with which technology?",
        "query research-profile --place Germany",
        (
            "Goethe University Frankfurt | CliniMACS Prodigy | CD33 | Germany | s1.2/p1/s9",
            "Miltenyi Biotec | CD33-CAR; dNPM1-TCR | acute myeloid leukemia | Germany | s1.3/p1/s6",
            "University Hospital Erlangen | all 15 patients | systemic sclerosis | s2.4/p2/s5",
        ),
        rows=3,
    ),
]


def holds(row: str, said: str) -> bool:
    """Whether all parts stand in a row: numbers as cells, passages as sources, words anywhere."""
    cells = row.split("\t")
    sources = {word for cell in cells for word in cell.split() if word.startswith(REVIEW)}
    for part in said.split(" | "):
        if part.isdigit():
            found = part in cells
        elif re.fullmatch(PASSAGE, part):
            found = REVIEW + part in sources
        else:
            found = part in row
        if not found:
            return False
    return True


@pytest.mark.parametrize(
    ("lang", "asked"),
    [*(("zh", one) for one in ZH), *(("en", one) for one in EN)],
    ids=[f"{lang}-{i}" for lang, some in (("zh", ZH), ("en", EN)) for i in range(1, len(some) + 1)],
)
def test_the_answer_says_what_the_review_says(lang: str, asked: Asked) -> None:
    result = call(*shlex.split(asked.command), "--lang", lang, "--format", "tsv")
    assert result.exit_code == 0, result.stderr
    _, *rows = result.stdout.splitlines()
    for said in asked.says:
        assert any(holds(row, said) for row in rows), f"{asked.question} {said}\n{result.stdout}"
    if asked.rows:
        assert len(rows) == asked.rows, f"{asked.question}\n{result.stdout}"
