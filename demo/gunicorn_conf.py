"""How gunicorn serves the demo; the command line says where.

gthread: a portal page calls the connector, which the same processes serve, so requests must not wait in line.
"""

worker_class = 'gthread'
workers = 2
threads = 8
control_socket_disable = True
