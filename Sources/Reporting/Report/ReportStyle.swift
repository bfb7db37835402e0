/// The look of reports around their charts.
enum ReportStyle {
  static let css = """
    :root { --page: #f5f6f8; --surface: #ffffff; --ink: #1b1f24; --muted: #5b6570; --rule: #dfe3e8; \
    --accent: #0a67a8; --notice: #fff6e5; --notice-rule: #d99a1c; }
    @media screen and (prefers-color-scheme: dark) {
    :root { --page: #0d1117; --surface: #161b22; --ink: #e8ecf1; --muted: #9aa6b2; --rule: #2b343e; \
    --accent: #62b4f0; --notice: #2a2213; --notice-rule: #c08a1e; }
    }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, \
    "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
    header, main { max-width: 848px; margin: 0 auto; padding: 0 24px; }
    header { padding-top: 48px; }
    main { padding-bottom: 64px; }
    h1 { margin: 0; font-size: 30px; line-height: 1.2; letter-spacing: -0.01em; overflow-wrap: anywhere; }
    h2 { margin: 48px 0 16px; font-size: 20px; line-height: 1.3; }
    p { margin: 0 0 16px; max-width: 70ch; }
    .subtitle { margin: 8px 0 24px; color: var(--muted); }
    .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(168px, 1fr)); gap: 16px; \
    margin: 24px 0; }
    .cards div { padding: 16px; background: var(--surface); border: 1px solid var(--rule); border-radius: 8px; }
    .cards dt { color: var(--muted); font-size: 14px; }
    .cards dd { margin: 0; }
    .cards .value { font-size: 26px; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums; }
    .cards .note { color: var(--muted); font-size: 13px; text-wrap: balance; }
    .notice { padding: 12px 16px; max-width: none; background: var(--notice); \
    border-left: 4px solid var(--notice-rule); border-radius: 4px; }
    .definitions { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 0 0 24px; \
    font-size: 14px; }
    .definitions dt { font-weight: 600; }
    .definitions dd { margin: 0; color: var(--muted); }
    .scroll { margin: 0 0 24px; overflow-x: auto; background: var(--surface); border: 1px solid var(--rule); \
    border-radius: 8px; }
    table { width: 100%; border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
    caption { padding: 12px 16px 4px; text-align: left; font-weight: 600; font-size: 15px; }
    th, td { padding: 8px 16px; text-align: left; vertical-align: top; }
    th { color: var(--muted); font-weight: 600; border-bottom: 1px solid var(--rule); white-space: nowrap; }
    tbody tr + tr td { border-top: 1px solid var(--rule); }
    .right { text-align: right; white-space: nowrap; }
    figure { margin: 0 0 24px; padding: 4px 0; overflow-x: auto; background: var(--surface); border: 1px solid var(--rule); \
    border-radius: 8px; }
    figure svg { display: block; width: 100%; min-width: 600px; }
    figcaption { padding: 0 18px 12px; color: var(--muted); font-size: 14px; }
    pre { margin: 0 0 24px; padding: 16px; overflow-x: auto; background: var(--surface); \
    border: 1px solid var(--rule); border-radius: 8px; font: 13px/1.6 ui-monospace, SFMono-Regular, Menlo, \
    Consolas, "Liberation Mono", monospace; }
    @media print {
    body { background: none; font-size: 11pt; }
    header, main { max-width: none; padding: 0; }
    h2 { break-after: avoid; }
    figure, .cards div, tr, pre { break-inside: avoid; }
    figure svg { min-width: 0; }
    pre { white-space: pre-wrap; }
    }

    """
}
