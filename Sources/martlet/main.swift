import MartletCommand

Martlet.main()
