import { OFFICE, OOXML, office } from './office.js';
import { xml } from './story.js';
const DRAWING = 'http://schemas.openxmlformats.org/drawingml/2006/main';
const SLIDE = 'http://schemas.openxmlformats.org/presentationml/2006/main';
const SPACES = `xmlns:a="${DRAWING}" xmlns:r="${OFFICE}" xmlns:p="${SLIDE}"`;
const GROUP = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>';
const EMPTY = `<p:cSld><p:spTree>${GROUP}</p:spTree></p:cSld>`;
const COLOURS = '<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr>';
/** A slide may not stand alone: it wants a layout, that a master, and that a theme. */
export function pptx(story) {
    const frame = '<a:xfrm><a:off x="600000" y="600000"/><a:ext cx="8000000" cy="4000000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>';
    const lines = [story.title, ...story.paragraphs].map((text) => `<a:p><a:r><a:t>${xml(text)}</a:t></a:r></a:p>`);
    const shape = `<p:sp><p:nvSpPr><p:cNvPr id="2" name="Text"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr>${frame}</p:spPr><p:txBody><a:bodyPr/><a:lstStyle/>${lines.join('')}</p:txBody></p:sp>`;
    const type = (name) => `${OOXML}.presentationml.${name}+xml`;
    const roles = 'bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"';
    return office(story, [
        {
            name: 'ppt/presentation.xml',
            type: type('presentation.main'),
            body: `<p:presentation ${SPACES}><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst><p:sldIdLst><p:sldId id="256" r:id="rId2"/></p:sldIdLst><p:sldSz cx="9144000" cy="5143500"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>`,
            relations: [
                { id: 'rId1', type: `${OFFICE}/slideMaster`, target: 'slideMasters/slideMaster1.xml' },
                { id: 'rId2', type: `${OFFICE}/slide`, target: 'slides/slide1.xml' },
            ],
        },
        {
            name: 'ppt/slides/slide1.xml',
            type: type('slide'),
            body: `<p:sld ${SPACES}><p:cSld><p:spTree>${GROUP}${shape}</p:spTree></p:cSld>${COLOURS}</p:sld>`,
            relations: [{ id: 'rId1', type: `${OFFICE}/slideLayout`, target: '../slideLayouts/slideLayout1.xml' }],
        },
        {
            name: 'ppt/slideLayouts/slideLayout1.xml',
            type: type('slideLayout'),
            body: `<p:sldLayout ${SPACES}>${EMPTY}${COLOURS}</p:sldLayout>`,
            relations: [{ id: 'rId1', type: `${OFFICE}/slideMaster`, target: '../slideMasters/slideMaster1.xml' }],
        },
        {
            name: 'ppt/slideMasters/slideMaster1.xml',
            type: type('slideMaster'),
            body: `<p:sldMaster ${SPACES}>${EMPTY}<p:clrMap ${roles}/><p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/></p:sldLayoutIdLst></p:sldMaster>`,
            relations: [
                { id: 'rId1', type: `${OFFICE}/slideLayout`, target: '../slideLayouts/slideLayout1.xml' },
                { id: 'rId2', type: `${OFFICE}/theme`, target: '../theme/theme1.xml' },
            ],
        },
        { name: 'ppt/theme/theme1.xml', type: `${OOXML}.theme+xml`, body: theme() },
    ]);
}
function theme() {
    const names = ['dk1', 'lt1', 'dk2', 'lt2', 'accent1', 'accent2', 'accent3', 'accent4', 'accent5', 'accent6'];
    const colours = [...names, 'hlink', 'folHlink'].map((name, index) => {
        const value = name.startsWith('lt') ? 'FFFFFF' : (index * 0x151515).toString(16).padStart(6, '0');
        return `<a:${name}><a:srgbClr val="${value}"/></a:${name}>`;
    });
    const font = '<a:latin typeface="Arial"/><a:ea typeface=""/><a:cs typeface=""/>';
    const fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>';
    const three = (one) => one.repeat(3);
    return (`<a:theme xmlns:a="${DRAWING}" name="Simple"><a:themeElements><a:clrScheme name="Simple">${colours.join('')}</a:clrScheme>` +
        `<a:fontScheme name="Simple"><a:majorFont>${font}</a:majorFont><a:minorFont>${font}</a:minorFont></a:fontScheme>` +
        `<a:fmtScheme name="Simple"><a:fillStyleLst>${three(fill)}</a:fillStyleLst><a:lnStyleLst>${three(`<a:ln>${fill}</a:ln>`)}</a:lnStyleLst>` +
        `<a:effectStyleLst>${three('<a:effectStyle><a:effectLst/></a:effectStyle>')}</a:effectStyleLst><a:bgFillStyleLst>${three(fill)}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>`);
}
