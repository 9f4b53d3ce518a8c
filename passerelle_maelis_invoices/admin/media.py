class MaelisMedia:
    """Our style sheet and script, on our pages only."""

    class Media:
        css = {'all': ['passerelle_maelis_invoices/admin.css']}
        js = ['passerelle_maelis_invoices/copy.js', 'passerelle_maelis_invoices/once.js']
