from allmende.portal.views.home import home
