"""The site: a catalog becomes pages, and pages become a site that can be browsed from disk.

`compile_site` is pure: a catalog in, a `Site` out. `build` writes it and runs MkDocs,
`preview` serves it and follows changes.

    folder = read_folder(resources.site_dir())
    site = compile_site(catalog, schemas, folder, probe)
    write(site, out)
    build(out)
"""
