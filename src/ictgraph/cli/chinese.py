"""Chinese for the hints that errors give most often; what is not listed stays English."""

from __future__ import annotations

import re

__all__ = ["hint"]

_SAID = (
    (r"did you mean (.+?)\?", r"是否指 \1？"),
    (r"('ictgraph find TEXT[^']*') searches", r"可用 \1 查找"),
    (r"('ictgraph queries') lists all of them", r"\1 列出全部"),
    (r"choose one: ", "请选其一："),
    (r"its parameters: none", "它没有参数"),
    (r"its parameters: ", "它的参数："),
    (r"the tags are ", "标签有："),
    (r"the formats are ", "格式有："),
    (r"name the format, or end it in (.+)", r"请用 --format 指明，或以 \1 结尾"),
    (r"give --format, or end the name in (.+)", r"请用 --format 指明，或以 \1 结尾"),
    (r"choose one of (.+), or ask with CONSTRUCT", r"请选用 \1，或改用 CONSTRUCT"),
    (
        r"choose a format such as csv or md; these have pictures: ",
        "请选 csv 或 md 等格式；有图形的是：",
    ),
    (r"('ictgraph network[^']*') draws it", r"请用 \1 绘制"),
    (r"write it like (.+)", r"请写成 \1"),
    (r"name something", "请写明名称"),
    (r"name RDF files", "请给出RDF文件"),
    (r"name a \.rq file", "请给出 .rq 文件"),
    (r"begin with PREFIX …: <…>", "请先写 PREFIX …: <…>"),
    (r"make one(?: with|:) ('?ictgraph build -o FOLDER'?)", r"请先运行 \1"),
    (r"rebuild (?:it|the graph) with ('ictgraph build --force')", r"请用 \1 重建"),
    (r"ask for less, or allow more time with --timeout", "请缩小查询，或用 --timeout 放宽时间"),
    (r"ask for less in one query", "请缩小查询"),
    (r"the kinds are ", "类型有："),
    (r"name two entities", "请给出两个实体"),
    (r"choose svg, html or a table format such as csv", "请选 svg、html，或 csv 等表格格式"),
    (
        r"name a build folder, a \.nq or \.trig file, git:REVISION, or a build of the cache: ",
        "请给出构建文件夹、.nq 或 .trig 文件、git:修订号，或缓存中的构建：",
    ),
    (r"export it as \.nq or \.trig: (.+)", r"请导出为 .nq 或 .trig：\1"),
    (r"give the source's text as UTF-8", "请给出UTF-8编码的来源全文"),
    (r"leave out --offline to ask", "去掉 --offline 即可查询"),
    (
        r"kept is what it answered for (\d+) identifiers on (\S+)(?: to (\S+))?",
        r"已保存其对\1个标识符的回答（\2 \3）",
    ),
    (r"name fewer entities", "请减少实体"),
    (r"run ('ictgraph (?:enrich|query) [^']+')", r"请运行 \1"),
    (r"write it as a table with -o FILE", "请用 -o FILE 写成表格"),
    (r"is the server running\?", "服务器是否在运行？"),
    (r"check the address and the network", "请检查地址与网络"),
    (r"choose a new folder", "请另选新文件夹"),
    (r"(\S+) needs a folder", r"\1 需要文件夹"),
    (r"choose nq or trig", "请选 nq 或 trig"),
    (r"choose another place, or make room there", "请另选位置，或腾出空间"),
    (r"delete the columns that are not needed, empty ones too", "请删除不需要的列，空列也要删除"),
    (
        r"split the table, or delete its empty rows and columns",
        "请拆分表格，或删除其中的空行与空列",
    ),
    (r"split the table", "请拆分表格"),
    (r"save it without a DOCTYPE, or as Turtle", "请去掉DOCTYPE后保存，或存为Turtle"),
    (r"mend the quotation marks and the length there", "请改正该处的引号与长度"),
    (r"copy the words from the text", "请从原文复制文字"),
    (r"choose one with --nth N, or give more words", "请用 --nth N 选定，或多写几个字"),
    (
        r"count the places again, or mend the passage in its file",
        "请重新数位置，或改正文件中的该段落",
    ),
    (r"give the text that the passages were taken from", "请给出这些段落所出自的原文"),
    (r"mend the syntax there", "请改正该处语法"),
    (r"('ictgraph passage add') adds one", r"可用 \1 添加"),
    (r"if it is new, give its class", "若为新实体，请注明其类"),
    (r"what is new has a slug such as some-cel", "新实体须有短名，如 some-cel"),
    (r"name it in the column 'passage'", "请在段落列注明"),
    (r"put its value there", "请填写其值"),
    (r"leave this empty, or add the name where it is declared", "请留空，或在其声明处添加名称"),
    (r"give one in a column (label@\w+)", r"请在 \1 列给出"),
    (r"run it on data files of a git checkout", "请用于git检出目录中的数据文件"),
    (r"name a commit, branch or tag of it", "请给出其提交、分支或标签"),
)


def hint(text: str) -> str:
    """Return a hint in Chinese as far as it is known.

    >>> hint("did you mean melanoma (id:melanoma)? 'ictgraph find TEXT' searches")
    "是否指 melanoma (id:melanoma)？可用 'ictgraph find TEXT' 查找"
    """
    for english, chinese in _SAID:
        text = re.sub(english, chinese, text)
    return text.replace("？ ", "？")
