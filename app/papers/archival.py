"""What makes the file a PDF/A-2b (ISO 19005-2): colour profile, metadata, dates and an identifier of its own.

It is written by ReportLab in the same go, so a paper costs no second pass over the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfdoc

from models.clock import local

PROFILE = Path(__file__).resolve().parents[2] / "resources" / "fonts" / "sRGB.icc"
"""ICC version 2 profile of the sRGB colour space."""
TOOL = "调解工作台"
_STREAM_END = b"endstream\n"
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">\
<dc:format>application/pdf</dc:format>\
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>\
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>\
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>\
<dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag></dc:language></rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"><xmp:CreatorTool>{tool}</xmp:CreatorTool>\
<xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"><pdf:Producer>{tool}</pdf:Producer>\
<pdf:Keywords></pdf:Keywords></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"><pdfaid:part>2</pdfaid:part>\
<pdfaid:conformance>B</pdfaid:conformance></rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


@dataclass(frozen=True, slots=True)
class Imprint:
    """What the file says about itself."""

    title: str
    author: str
    subject: str
    printed_at: datetime
    content_hash: str


class _Moment:
    """A time as ReportLab's document wants its time stamp; in China's zone."""

    def __init__(self, moment: datetime) -> None:
        there = local(moment)
        self.t = moment.timestamp()
        self.YMDhms = there.timetuple()[:6]
        self.dhh, self.dmm = 8, 0


class _EndedStream(pdfdoc.PDFStream):  # type: ignore[misc]
    """A stream with the line feed before ``endstream`` that ISO 19005-2, 6.1.7.1 asks for and ReportLab
    leaves out.
    """

    def format(self, document: Any) -> bytes:
        """The stream as written to the file."""
        written: bytes = super().format(document)
        return written.removesuffix(_STREAM_END) + b"\n" + _STREAM_END


def _end_streams(document: Any) -> None:
    """Have every stream that is registered from now on end with a line feed."""
    register = document.Reference

    def registered(item: Any, name: str | None = None) -> Any:
        if type(item) is pdfdoc.PDFStream:
            item.__class__ = _EndedStream
        return register(item, name)

    document.Reference = registered


def make_archival(canvas: Any, imprint: Imprint) -> None:
    """Add to a finished but unsaved document all that PDF/A-2b asks for beyond embedded fonts."""
    document = canvas._doc
    _end_streams(document)
    document._timeStamp = _Moment(imprint.printed_at)
    document.info.title, document.info.author = imprint.title, imprint.author
    document.info.subject, document.info.creator, document.info.producer = imprint.subject, TOOL, TOOL
    identifier = f"<{imprint.content_hash[:32]}><{imprint.content_hash[32:]}>".encode()
    document._ID = b"[" + identifier + b"]"
    catalog = document.Catalog
    catalog.Metadata = _stream(
        document, "xmp", _xmp(imprint).encode(), {"Type": "/Metadata", "Subtype": "/XML"}
    )
    profile = _stream(document, "sRGB", PROFILE.read_bytes(), {"N": 3}, compressed=True)
    intent = pdfdoc.PDFDictionary(
        {
            "Type": "/OutputIntent",
            "S": "/GTS_PDFA1",
            "OutputConditionIdentifier": pdfdoc.PDFString("sRGB IEC61966-2.1"),
            "Info": pdfdoc.PDFString("sRGB IEC61966-2.1"),
            "DestOutputProfile": profile,
        }
    )
    catalog.OutputIntents = pdfdoc.PDFArray([document.Reference(intent, "outputIntent")])
    catalog.__NoDefault__ = [*catalog.__NoDefault__, "OutputIntents"]


def _stream(
    document: Any, name: str, content: bytes, entries: dict[str, Any], *, compressed: bool = False
) -> Any:
    stream = pdfdoc.PDFStream(pdfdoc.PDFDictionary(entries), content)
    if compressed:
        stream.filters = [pdfdoc.PDFZCompress]
    return document.Reference(stream, name)


def _xmp(imprint: Imprint) -> str:
    return _XMP.format(
        title=escape(imprint.title),
        author=escape(imprint.author),
        subject=escape(imprint.subject),
        tool=escape(TOOL),
        moment=local(imprint.printed_at).replace(microsecond=0).isoformat(),
    )
