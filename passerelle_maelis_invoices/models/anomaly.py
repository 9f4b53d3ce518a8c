from .payment import Payment


class Anomaly(Payment):
    """A payment as something that a person is asked about: the entry of the inbox in the admin's menu."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = 'anomalie à traiter'
        verbose_name_plural = 'anomalies à traiter'
