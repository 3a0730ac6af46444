/// The page's style sheet: light and dark, narrow and wide, screen and paper.
enum ReportStyle {
  static let css = """
    :root {
      --paper: #fdfcfa; --panel: #f4f2ed; --ink: #1c2126; --quiet: #5b646d; --rule: #d9d5cc;
      --accent: #0b4f9c; --warn: #8a2f06; --warn-paper: #fbeee6;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #15181c; --panel: #1e2328; --ink: #e6e4df; --quiet: #a3abb3; --rule: #3a4148;
        --accent: #8cbcf0; --warn: #f0a884; --warn-paper: #35231a;
        --figure-fit: #74b0f4; --figure-warm: #ef8a5a; --figure-grid: #858c93;
        --figure-hatch: #6f777f; --figure-skipped: #30363c; --figure-wide: #24405c;
        --figure-narrow: #3a6a97; --figure-pull: #7d9dbe; --figure-stack2: #a87f35; --figure-stack3: #5f8db8;
        --figure-stack4: #6b6149; --figure-line1: #c79be6; --figure-line2: #5cc4b4;
        --figure-line3: #e0b64d; --figure-line4: #ee86a9; --figure-line5: #a9bac3;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
    body {
      margin: 0; background: var(--paper); color: var(--ink);
      font: 1rem/1.55 system-ui, "Segoe UI", Helvetica, Arial, "DejaVu Sans", sans-serif;
    }
    main { max-width: 66rem; margin: 0 auto; padding: 2.5rem 1.5rem 5rem; }
    h1, .headline { font-family: Charter, "Iowan Old Style", Georgia, "DejaVu Serif", serif; }
    h1 { font-size: clamp(1.7rem, 4vw, 2.5rem); line-height: 1.18; margin: 0 0 1rem;
      font-weight: 600; text-wrap: balance; }
    h2 { font-size: 1.35rem; margin: 3.5rem 0 1.2rem; padding-top: .9rem;
      border-top: 2px solid var(--ink); font-weight: 650; }
    h3 { font-size: 1.08rem; margin: 2rem 0 .5rem; }
    p { max-width: 46rem; margin: .7rem 0; }
    .kicker { color: var(--accent); font-weight: 650; letter-spacing: .02em; margin: 0 0 .5rem; }
    .headline { font-size: 1.22rem; line-height: 1.5; max-width: 50rem; }
    .note, figcaption, caption, .tiles span, dt { color: var(--quiet); }
    .note, figcaption { font-size: .88rem; }
    .banner { max-width: none; margin: 0; padding: .55rem 1.5rem; text-align: center;
      background: var(--warn-paper); color: var(--warn); font-weight: 600;
      border-bottom: 1px solid var(--warn); }
    .warning { max-width: 50rem; padding: .6rem 1rem; background: var(--warn-paper);
      color: var(--warn); border-left: 4px solid var(--warn); }
    .warning p { margin: 0; }
    .tiles { display: flex; flex-wrap: wrap; gap: 0; list-style: none; padding: 0;
      margin: 1.8rem 0 0; border-top: 1px solid var(--rule); border-bottom: 1px solid var(--rule); }
    .tiles li { flex: 1 1 8.5rem; padding: .8rem 1rem .8rem 0; }
    .tiles b { display: block; font-size: 1.45rem; font-weight: 600; line-height: 1.25;
      font-variant-numeric: tabular-nums; white-space: nowrap; }
    .tiles span { font-size: .86rem; }
    nav { display: flex; flex-wrap: wrap; gap: .35rem 1.3rem; margin: 1.1rem 0 0;
      font-size: .92rem; }
    a { color: var(--accent); text-underline-offset: .2em; text-decoration-thickness: 1px; }
    figure { margin: 1.2rem 0 1.6rem; }
    figure svg { display: block; width: 100%; height: auto; color: var(--ink);
      font-family: "DejaVu Sans", Verdana, Helvetica, Arial, sans-serif; }
    figcaption { margin: .4rem 0 0; max-width: 50rem; }
    .grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(27rem, 100%), 1fr));
      gap: 1rem 1.5rem; }
    .grid figure { margin: 0; }
    .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr));
      gap: 0 2rem; align-items: start; }
    .pair figure { margin-top: .4rem; }
    .scroll { overflow-x: auto; margin: .8rem 0 1.4rem; }
    table { border-collapse: collapse; font-size: .88rem; line-height: 1.4; min-width: 60%; }
    .pair table { width: 100%; }
    caption { text-align: left; padding: 0 0 .4rem; font-weight: 600; }
    th, td { text-align: left; vertical-align: baseline; padding: .32rem 1.1rem .32rem 0; }
    th { font-weight: 600; vertical-align: bottom; border-bottom: 1.5px solid var(--ink); }
    td { border-bottom: 1px solid var(--rule); }
    th:last-child, td:last-child { padding-right: .2rem; }
    .number { text-align: right; font-variant-numeric: tabular-nums; }
    td.number { white-space: nowrap; }
    .code, pre { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
      font-size: .82rem; }
    td.code { overflow-wrap: anywhere; min-width: 11rem; }
    dl { margin: .8rem 0 1.4rem; }
    dl div { display: grid; grid-template-columns: minmax(9rem, 15rem) 1fr; gap: .2rem 1.2rem;
      padding: .3rem 0; border-bottom: 1px solid var(--rule); font-size: .92rem; }
    dd { margin: 0; overflow-wrap: anywhere; }
    pre { background: var(--panel); padding: 1rem 1.2rem; line-height: 1.5; overflow-x: auto;
      tab-size: 2; }
    @media (max-width: 40rem) {
      main { padding: 1.5rem 1rem 3rem; }
      dl div { grid-template-columns: 1fr; }
    }
    @media print {
      :root { --paper: #fff; --panel: #f6f6f6; --ink: #000; --quiet: #444; --rule: #bbb;
        --accent: #000; --warn: #000; --warn-paper: #fff;
        --figure-fit: initial; --figure-warm: initial; --figure-grid: initial;
        --figure-hatch: initial; --figure-skipped: initial; --figure-wide: initial;
        --figure-narrow: initial; --figure-pull: initial; --figure-stack2: initial;
        --figure-stack3: initial; --figure-stack4: initial; --figure-line1: initial;
        --figure-line2: initial; --figure-line3: initial; --figure-line4: initial;
        --figure-line5: initial; }
      @page { margin: 16mm; }
      body { font-size: 9.5pt; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
      main { max-width: none; padding: 0; }
      nav { display: none; }
      h2, h3, caption { break-after: avoid; }
      h2 { margin-top: 1.8rem; }
      figure, tr, .tiles { break-inside: avoid; }
      .scroll { overflow: visible; }
      table { font-size: 7.6pt; }
      .code, pre { font-size: 7pt; }
      pre { white-space: pre-wrap; overflow-wrap: anywhere; }
      figure svg { max-height: 10.5cm; }
      .grid, .pair { grid-template-columns: 1fr 1fr; gap: 0 1rem; }
      .tiles { flex-wrap: nowrap; }
      .tiles b { font-size: 1.15rem; }
    }
    """
}
