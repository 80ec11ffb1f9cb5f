"""The drill: a real service, its repositories and servers, to practise on."""
