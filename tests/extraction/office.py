"""Small documents of word processors, put together from the XML that a case gives."""

from __future__ import annotations

import io
import zipfile

_W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_URN = "urn:oasis:names:tc:opendocument:xmlns:"
_ODF = " ".join(
    f'xmlns:{prefix}="{_URN}{name}:1.0"'
    for prefix, name in (
        ("office", "office"), ("text", "text"), ("style", "style"), ("table", "table"), ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"), ("svg", "svg-compatible"),
    )
)  # fmt: skip
_STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="Kop{n}"><w:name w:val="heading {n}"/>'
    f'<w:pPr><w:outlineLvl w:val="{n - 1}"/></w:pPr></w:style>'
    for n in range(1, 5)
)


def docx_bytes(
    body: str,
    styles: str = "",
    numbering: str = "",
    footnotes: str = "",
    *,
    kind: str = "document.main",
    comments: str = "",
) -> bytes:
    """A DOCX with this content of ``w:body``; styles Kop1 to Kop4 are headings in it."""
    main = f"{_KIND}.{kind}+xml" if "/" not in kind else kind
    parts = {
        "word/document.xml": f"<w:document {_W}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {_W}>{_STYLES}{styles}</w:styles>",
    }
    if numbering:
        parts["word/numbering.xml"] = f"<w:numbering {_W}>{numbering}</w:numbering>"
    if footnotes:
        parts["word/footnotes.xml"] = f"<w:footnotes {_W}>{footnotes}</w:footnotes>"
    if comments:
        parts["word/comments.xml"] = f"<w:comments {_W}>{comments}</w:comments>"
    names = [name.partition("/")[2].partition(".")[0] for name in parts]
    kinds = {name: f"{_KIND}.{name}+xml" for name in names} | {"document": main}
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{content}"/>' for name, content in kinds.items()
    )
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    related = "".join(
        f'<Relationship Id="r{i}" Type="{_OFFICE}/{name}" Target="{name}.xml"/>'
        for i, name in enumerate(names[1:])
    )
    parts |= {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r" '
        f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{relations}">{related}</Relationships>',
    }
    return _zip(parts)


def odt_bytes(
    body: str, styles: str = "", mimetype: str = "application/vnd.oasis.opendocument.text"
) -> bytes:
    """An ODT with this content of ``office:text``; ``styles`` goes into ``office:automatic-styles``."""
    return _zip(
        {
            "mimetype": mimetype,
            "content.xml": f"<office:document-content {_ODF}><office:automatic-styles>{styles}"
            f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
            "</office:document-content>",
        }
    )


def fodt_bytes(body: str) -> bytes:
    """The same as one flat file."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document {_ODF} office:mimetype='
        f'"application/vnd.oasis.opendocument.text"><office:body><office:text>{body}</office:text></office:body>'
        "</office:document>"
    ).encode()


def _zip(parts: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()
