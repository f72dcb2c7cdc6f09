"""The life of a matter: register, accept, mediate, agree, follow up, close."""
